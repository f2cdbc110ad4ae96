/** The panel's looks. Colours come from the launcher's sheet (aspa.js), so that one place answers for contrast. */

export const STYLE = `
  *, ::before, ::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  svg { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
  button, input, select, textarea { font: inherit; color: inherit; margin: 0; }
  button { cursor: pointer; -webkit-tap-highlight-color: transparent; }
  h2, h3, p, ul { margin: 0; padding: 0; }
  a { color: var(--brand-text); text-underline-offset: 3px; }
  b, h2 { font-weight: 600; }
  :focus-visible { outline: 2px solid var(--brand-text); outline-offset: 2px; }

  .panel { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: calc(max(20px, env(safe-area-inset-bottom)) + 72px);
    width: 384px; max-width: calc(100vw - 40px); height: min(716px, calc(100vh - 116px)); display: grid; grid-template-rows: auto minmax(0, 1fr) auto;
    overflow: hidden; border: 1px solid var(--line); border-radius: 18px; background: var(--card); color: var(--ink);
    box-shadow: 0 12px 40px rgb(29 35 33 / .16); font: 400 14.5px/1.5 Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
    text-align: start; animation: rise .17s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(10px); } }

  .head { display: flex; gap: 11px; align-items: center; padding: 14px 10px 14px 16px; border-bottom: 1px solid var(--line); }
  .head h2 { font-size: 14.5px; line-height: 1.4; overflow-wrap: anywhere; }
  .head p { font-size: 12.5px; line-height: 1.4; color: var(--ink-2); }
  .head .tools { margin-inline-start: auto; display: flex; color: var(--ink-2); }
  .face { position: relative; flex: none; width: 38px; height: 38px; border-radius: 50%; display: grid; place-items: center;
    background: var(--brand-soft); color: var(--on-soft); font-weight: 600; font-size: 13px; }
  .face img { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 50%; object-fit: cover; }
  .face.small { width: 22px; height: 22px; font-size: 9.5px; }
  .face.here::after, .face.away::after { content: ""; position: absolute; right: -1px; bottom: -1px; width: 12px; height: 12px; border-radius: 50%;
    background: var(--here); border: 2px solid var(--card); }
  .face.away::after { background: var(--away); }
  .icon { display: grid; place-items: center; width: 34px; height: 34px; flex: none; padding: 0; border: 0; border-radius: 10px; background: none; color: var(--ink-2); }
  .icon:hover { background: var(--paper); color: var(--ink); }

  .middle { position: relative; min-height: 0; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
  .scroll { overflow-y: auto; overscroll-behavior: contain; overflow-anchor: none; padding: 16px; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
  .scroll:focus-visible { outline-offset: -3px; }
  .welcome, .greeting { display: grid; gap: 12px; }
  .welcome { margin-bottom: 14px; }
  .headline { font-size: 21px; font-weight: 600; line-height: 1.25; letter-spacing: -.015em; margin-top: 4px; text-wrap: balance; }
  .team { display: flex; align-items: center; gap: 10px; font-size: 13.5px; color: var(--ink-2); }
  .team .faces { display: flex; }
  .team .face { width: 32px; height: 32px; font-size: 11px; box-shadow: 0 0 0 2px var(--card); }
  .team .face + .face { margin-inline-start: -7px; }
  .offer { display: grid; grid-template-columns: 20px 1fr; gap: 11px; align-items: center; padding: 12px 13px; border: 1px solid var(--line); border-radius: 13px; }
  .offer b { display: block; }
  .offer p { font-size: 13px; color: var(--ink-2); }

  .questions { display: grid; gap: 12px; }
  .question { display: grid; gap: 4px; font-size: 13.5px; }
  .question label, .sheet label { font-weight: 600; font-size: 13.5px; }
  .required { font-weight: 400; color: var(--ink-2); }
  .question input, .question select, .sheet input { width: 100%; min-height: 42px; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); font-size: 14.5px; }
  [aria-invalid=true] { border-color: var(--late) !important; }
  .wrong { color: var(--late); font-size: 12.5px; }
  .wrong:empty { display: none; }

  .lines { display: flex; flex-direction: column; gap: 8px; }
  .day { align-self: center; margin: 8px 0 4px; font-size: 12px; font-weight: 400; color: var(--ink-3); }
  .who { display: flex; align-items: center; gap: 7px; margin-top: 6px; font-size: 12.5px; color: var(--ink-2); }
  .bubble { display: grid; gap: 8px; max-width: 82%; width: fit-content; padding: 9px 13px; border-radius: 16px; background: var(--paper); position: relative; animation: rise .14s ease-out; }
  .bubble.theirs.first { border-start-start-radius: 4px; }
  .bubble.own { align-self: flex-end; background: var(--brand); color: var(--on-brand); box-shadow: inset 0 0 0 1px var(--brand-edge); }
  .bubble.own.first { border-start-end-radius: 4px; }
  .bubble.own a { color: inherit; }
  .bubble.own :focus-visible { outline-color: currentColor; }
  .bubble.emoji { background: none; box-shadow: none; color: inherit; padding: 2px 0; font-size: 30px; line-height: 1.25; }
  .text { white-space: pre-wrap; overflow-wrap: anywhere; }
  .picture { display: block; line-height: 0; margin: 0 -7px; }
  .picture:first-of-type:nth-child(2) { margin-top: -3px; }
  .picture:last-child { margin-bottom: -3px; }
  .picture img { max-width: 100%; max-height: 260px; width: auto; height: auto; border-radius: 11px; object-fit: cover; background: var(--line); }
  .file { display: flex; gap: 10px; align-items: center; text-decoration: none; color: inherit; font-size: 12.5px; }
  .file b { display: block; font-size: 13.5px; overflow-wrap: anywhere; text-decoration: underline; text-underline-offset: 3px; }
  .mark { font-size: 12px; line-height: 1.4; color: var(--ink-3); margin: -3px 2px 4px; font-variant-numeric: tabular-nums; }
  .mark.own { align-self: flex-end; }
  .quiet { align-self: center; max-width: 90%; text-align: center; text-wrap: balance; font-size: 12.5px; color: var(--ink-3); margin: 4px 0; white-space: pre-wrap; }
  .receipt { border: 1px solid var(--line); border-radius: 12px; padding: 10px 12px; font-size: 13.5px; overflow-wrap: anywhere; }
  .receipt p { white-space: pre-wrap; }
  .receipt .button { margin-top: 8px; }
  .failure { align-self: flex-end; display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; justify-content: flex-end; max-width: 92%; font-size: 12.5px; color: var(--late); margin: -2px 0 4px; }
  .failure svg { width: 15px; height: 15px; }
  .failure span { flex: 0 1 auto; }
  .link { padding: 2px 0; min-height: 24px; border: 0; background: none; color: var(--ink-2); font-size: 12.5px; text-decoration: underline; text-underline-offset: 3px; text-align: start; }
  .link:hover { color: var(--ink); }
  .failure .link { color: var(--late); font-weight: 600; }
  .typing { display: flex; align-items: center; gap: 8px; margin-top: 8px; font-size: 12.5px; color: var(--ink-3); }
  .dots { display: flex; gap: 4px; padding: 11px 13px; border-radius: 4px 16px 16px 16px; background: var(--paper); }
  .dots i { width: 6px; height: 6px; border-radius: 50%; background: var(--ink-3); animation: breathe 1.2s infinite ease-in-out; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
  @keyframes breathe { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; transform: translateY(-2px); } }
  .jump { position: absolute; bottom: 10px; left: 50%; transform: translateX(-50%); display: flex; gap: 6px; align-items: center; padding: 6px 13px 6px 10px; border: 1px solid var(--line); border-radius: 99px;
    background: var(--card); font-size: 12.5px; font-weight: 600; box-shadow: 0 3px 12px rgb(29 35 33 / .14); white-space: nowrap; }
  .jump svg { width: 15px; height: 15px; }
  .cut { display: flex; gap: 8px; align-items: center; padding: 7px 16px; background: var(--paper); color: var(--ink-2); font-size: 12.5px; line-height: 1.4; border-bottom: 1px solid var(--line); }
  .top { min-height: 0; }

  .foot { border-top: 1px solid var(--line); padding: 10px 12px 10px; background: var(--card); position: relative; }
  .field { position: relative; display: flex; align-items: flex-end; gap: 2px; border: 1px solid var(--edge); border-radius: 15px; padding: 4px; }
  .field:focus-within { border-color: var(--brand-text); box-shadow: 0 0 0 1px var(--brand-text); }
  .field textarea { flex: 1; min-width: 0; max-height: 150px; padding: 6px 4px; border: 0; background: none; resize: none; outline: none; line-height: 1.5; overflow-wrap: anywhere; }
  .field textarea::placeholder { color: var(--ink-3); opacity: 1; }
  .send { background: var(--brand); color: var(--on-brand); width: 34px; height: 34px; border-radius: 11px; border: 1px solid var(--brand-edge); display: grid; place-items: center; padding: 0; flex: none; margin-inline-start: 2px; }
  .send[aria-disabled=true] { background: var(--paper); border-color: transparent; color: var(--ink-3); cursor: default; }
  .note { font-size: 12.5px; color: var(--ink-2); padding: 4px 4px 0; }
  .note:empty, .refusal:empty { display: none; }
  .note.wrong { color: var(--late); }
  .refusal { padding: 8px 11px; margin-bottom: 8px; border-radius: 11px; background: var(--late-soft); color: var(--late); font-size: 12.5px; }
  .tip { position: absolute; left: 0; bottom: calc(100% + 8px); max-width: 300px; padding: 8px 11px; border-radius: 11px; background: var(--ink); color: var(--card); font-size: 12.5px; line-height: 1.4;
    opacity: 0; visibility: hidden; transition: opacity .12s; pointer-events: none; z-index: 2; }
  .icon:hover + .tip, .icon:focus-visible + .tip { opacity: 1; visibility: visible; }
  .tray { list-style: none; display: grid; gap: 6px; margin-bottom: 8px; max-height: 190px; overflow-y: auto; }
  .piece { display: flex; gap: 10px; align-items: center; padding: 6px; border: 1px solid var(--line); border-radius: 12px; }
  .thumb { position: relative; width: 40px; height: 40px; flex: none; display: grid; place-items: center; border-radius: 9px; background: var(--paper); color: var(--ink-3); overflow: hidden; }
  .thumb img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
  .about { flex: 1; min-width: 0; font-size: 12.5px; line-height: 1.4; color: var(--ink-2); }
  .about b { display: block; font-size: 13px; color: var(--ink); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  progress { width: 100%; height: 5px; display: block; margin-top: 5px; border: 0; border-radius: 3px; background: var(--line); accent-color: var(--brand); appearance: none; overflow: hidden; }
  progress::-webkit-progress-bar { background: var(--line); }
  progress::-webkit-progress-value { background: var(--brand-text); }
  progress::-moz-progress-bar { background: var(--brand-text); }
  .popup { position: absolute; left: 12px; right: 12px; bottom: calc(100% + 8px); z-index: 3; padding: 8px; border: 1px solid var(--line); border-radius: 14px; background: var(--card); box-shadow: 0 8px 28px rgb(29 35 33 / .16); animation: rise .14s ease-out; }
  .emojis { display: grid; grid-template-columns: repeat(8, 1fr); max-height: 216px; overflow-y: auto; }
  .emojis button { aspect-ratio: 1; padding: 0; border: 0; border-radius: 10px; background: none; font-size: 21px; line-height: 1; }
  .emojis button:hover { background: var(--paper); }
  .emojis button:focus-visible { outline-offset: -2px; }
  .veil { position: absolute; inset: 8px; z-index: 4; display: grid; place-content: center; justify-items: center; gap: 6px; padding: 24px; text-align: center; border: 2px dashed var(--brand-text); border-radius: 13px; background: var(--card); color: var(--ink); pointer-events: none; }
  .veil span { font-size: 13px; color: var(--ink-2); }
  .veil svg { width: 26px; height: 26px; color: var(--brand-text); }

  .under { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: center; justify-content: space-between; padding: 7px 4px 0; font-size: 12.5px; color: var(--ink-3); }
  .under .link.end { color: var(--brand-text); }
  .under .link:is(.copy, .ways) { text-decoration-color: transparent; }
  .under .link:is(.copy, .ways):hover { text-decoration-color: currentColor; }
  .under .link.code { text-decoration: none; }
  .languages { display: flex; gap: 2px; margin-inline-start: auto; }
  .languages button { min-width: 24px; min-height: 24px; padding: 0 3px; border: 0; background: none; font-size: 12.5px; color: var(--ink-3); border-radius: 6px; }
  .languages button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 3px; }
  .languages button[aria-pressed=true] { color: var(--ink); font-weight: 600; }
  .languages button + button::before { content: "·"; margin-inline: -2px 5px; color: var(--ink-3); font-weight: 400; display: inline-block; text-decoration: none; }
  .sheet { display: grid; gap: 8px; padding: 4px; font-size: 14px; animation: rise .14s ease-out; }
  .sheet p { font-size: 13.5px; color: var(--ink-2); display: flex; gap: 8px; align-items: center; }
  .sheet p svg { color: var(--brand-text); }
  .sheet p.wrong { color: var(--late); }
  .sheet p:focus { outline: none; }
  .choices { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 4px; }
  .button { flex: 1 1 auto; min-height: 40px; padding: 7px 14px; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); font-weight: 600; font-size: 13.5px; }
  .button:hover { background: var(--paper); }
  a.button { display: grid; place-items: center; color: inherit; text-decoration: none; }
  .button.main { border-color: var(--brand-edge); background: var(--brand); color: var(--on-brand); }
  .button.main:hover { filter: brightness(1.06); }
  .button:disabled { opacity: .6; cursor: default; }
  .ask { border-bottom: 1px solid var(--line); padding: 2px 0 12px; margin-bottom: 10px; }

  .peek { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: calc(max(20px, env(safe-area-inset-bottom)) + 72px); display: flex; align-items: flex-start; gap: 4px; width: max-content; max-width: min(310px, calc(100vw - 40px));
    border: 1px solid var(--line); border-radius: 16px 16px 4px 16px; background: var(--card); color: var(--ink); box-shadow: 0 8px 28px rgb(29 35 33 / .16); animation: rise .17s ease-out; padding: 6px; }
  .peek .say { display: flex; gap: 10px; align-items: flex-start; padding: 6px; border: 0; border-radius: 11px; background: none; text-align: start; font-size: 13.5px; line-height: 1.4; min-width: 0; }
  .peek .say b { display: block; font-size: 12.5px; }
  .peek .say span:last-child { min-width: 0; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
  .peek .icon { width: 26px; height: 26px; }
  .peek .icon svg { width: 14px; height: 14px; }

  @media (max-width: 520px), (max-height: 480px) {
    .panel { inset: var(--top, 0) 0 auto; width: auto; max-width: none; height: var(--tall, 100dvh); border: 0; border-radius: 0; font-size: 15.5px; box-shadow: none; }
    .head { padding-top: max(12px, env(safe-area-inset-top)); }
    .foot { padding-bottom: max(10px, env(safe-area-inset-bottom)); }
    .icon, .send { width: 42px; height: 42px; }
    .field textarea { font-size: 16px; padding: 9px 4px; }
    .question input, .question select, .sheet input { font-size: 16px; }
    .emojis { grid-template-columns: repeat(8, 1fr); }
    .link, .languages button { min-height: 32px; font-size: 13px; }
  }
  @media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } .dots i { opacity: .7; } }
  @media (forced-colors: active) {
    .bubble, .send, .button, .face, .tip, .dots { border: 1px solid CanvasText; }
    .face.here::after { background: Highlight; forced-color-adjust: none; }
    .languages button[aria-pressed=true] { text-decoration: underline; }
  }`;
