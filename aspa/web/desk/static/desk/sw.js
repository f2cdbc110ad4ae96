/** The desk's service worker: shows pushes and opens what they are about. What agents see is live, so it keeps but one
 * page, which says that there is no connection. */
const KEPT = "aspa-offline-1", OFFLINE = "/desk/offline";
const ITS_LOOKS = ["tokens.css", "base.css", "frame.css", "sign_in.css"].map((name) => `/static/shell/${name}`);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([OFFLINE, ...ITS_LOOKS])));
  self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event, { pathname, origin } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(orKept(request, OFFLINE));
  else if (origin === location.origin && ITS_LOOKS.includes(pathname)) event.respondWith(orKept(request, pathname));
});

/** @param {Request} request @param {string} kept */
async function orKept(request, kept) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(kept)) ?? Response.error();
  }
}

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const word = event.data?.json() ?? { title: "Aspa", body: "", url: "/desk/" };
  event.waitUntil(tell(word));
});

/** Someone who looks at the desk already knows. @param {{title: string, body: string, url: string, tag?: string}} word */
async function tell(word) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.some((one) => one.focused && one.url.includes("/desk/"))) return;
  await self.registration.showNotification(word.title, { body: word.body, tag: word.tag, data: { url: word.url }, icon: "/static/desk/icon-192.png" });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/desk/"));
});

/** @param {string} url */
async function open(url) {
  const windows = await self.clients.matchAll({ type: "window" });
  const desk = windows.find((one) => one.url.includes("/desk/"));
  if (!desk) return self.clients.openWindow(url);
  await desk.navigate(url).catch(() => null);
  return desk.focus();
}
