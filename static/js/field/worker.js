// Keeps the field page on the device: its shells in both languages and every file they name. What is anybody's own
// never goes through here. `self.FIELD` (version, page, shells, files) stands in the script that imports this one.

const { version, page, shells, files } = self.FIELD;
const SHELF = `field-${version}`;
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
        event.respondWith(kept(request, pathname));
    }
});

async function fill() {
    const shelf = await caches.open(SHELF);
    await shelf.addAll(files.map((name) => new Request(name, { cache: "reload" })));
}

async function clearOld() {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("field-") && name !== SHELF && name !== CHOICE);
    await Promise.all(old.map((name) => caches.delete(name)));
}

// The language of the address, else the one last used here, else French.
async function shell(request, pathname) {
    const chosen = await (await caches.match(CHOICE))?.text();
    return kept(request, pathname === page ? (shells[chosen] ?? shells.fr) : pathname);
}

async function kept(request, name) {
    const shelf = await caches.open(SHELF);
    return (await shelf.match(name, { ignoreVary: true })) ?? fetch(request);
}
