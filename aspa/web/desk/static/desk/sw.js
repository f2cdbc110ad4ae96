/** The desk's service worker: shows pushes and opens what they are about. It keeps nothing and answers no request: what
 * agents see is live, and a worker that has to wake up before each page would make a crashed tab hang on its reload. */
self.addEventListener("install", () => self.skipWaiting());
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
