// Cache the field page on the device: its shells in both languages and all their files, never personal data.
// `self.FIELD` (version, page, shells, files) is set by the script that imports this one.

const { version, page, shells, files } = self.FIELD;
const CACHE = `field-${version}`;
const CHOICE = "field-choice";

self.addEventListener("install", (event) => {
    event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    event.waitUntil(clearOld().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== self.location.origin) return;
    if (request.mode === "navigate" && (pathname === page || Object.values(shells).includes(pathname))) {
        event.respondWith(shell(request, pathname));
    } else if (files.includes(pathname)) {
        event.respondWith(cached(request, pathname));
    }
});

async function fill() {
    const cache = await caches.open(CACHE);
    await cache.addAll(files.map((name) => new Request(name, { cache: "reload" })));
}

async function clearOld() {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("field-") && name !== CACHE && name !== CHOICE);
    await Promise.all(old.map((name) => caches.delete(name)));
}

// The language of the address, else the one last used here, else French.
async function shell(request, pathname) {
    const chosen = await (await caches.match(CHOICE))?.text();
    return cached(request, pathname === page ? (shells[chosen] ?? shells.fr) : pathname);
}

async function cached(request, name) {
    const cache = await caches.open(CACHE);
    return (await cache.match(name, { ignoreVary: true })) ?? fetch(request);
}
