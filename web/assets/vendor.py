"""The files of front-end packages that are served, one by one: anything not listed here stays private."""

from __future__ import annotations

ICONS = (
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "calendar",
    "calendar-plus",
    "camera",
    "chart-no-axes-combined",
    "check",
    "circle-check",
    "circle-user",
    "clipboard-list",
    "columns-3",
    "copy",
    "download",
    "ellipsis",
    "file-text",
    "flag",
    "funnel",
    "handshake",
    "history",
    "house",
    "image-plus",
    "layers",
    "layout-grid",
    "lightbulb",
    "lock",
    "log-out",
    "mail",
    "map-pin",
    "menu",
    "pencil",
    "plus",
    "printer",
    "route",
    "search",
    "settings",
    "share-2",
    "square-pen",
    "target",
    "trash-2",
    "triangle-alert",
    "upload",
    "user-plus",
    "user-round",
    "users",
    "x",
)

VENDOR_FILES = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/event-calendar.min.css": "@event-calendar/build/dist/event-calendar.min.css",
    "vendor/event-calendar.min.js": "@event-calendar/build/dist/event-calendar.min.js",
    "vendor/bricolage-grotesque.woff2": (
        "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2"
    ),
    "vendor/atkinson-hyperlegible-next.woff2": (
        "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
    ),
}
