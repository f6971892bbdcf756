// When a passkey cannot be used, say why and what to do next to the button: the browser's error names choose the text.

const BUTTONS = "#passkey_login, #mfa_webauthn_add, #mfa_webauthn_authenticate, #mfa_webauthn_reauthenticate";
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\])$/;
const texts = document.getElementById("passkey-errors").content;

// Return the name of the text for an exception. At a loopback IP address only another address helps.
function reason({ name }) {
    if (name === "SecurityError" && LOOPBACK.test(location.hostname)) return "Loopback";
    return texts.querySelector(`[data-error="${name}"]`) ? name : "Error";
}

function message(name) {
    const text = texts.querySelector(`[data-error="${name}"]`).cloneNode(true);
    const link = text.querySelector("a");
    if (link) link.href = Object.assign(new URL(location.href), { hostname: "localhost" }).href;
    return text;
}

// Empty before the first failure, so that screen readers announce what is put into it.
const alertBox = document.createElement("div");
alertBox.setAttribute("role", "alert");
document.querySelector(BUTTONS)?.closest(".cluster").after(alertBox);

document.addEventListener("allauth.error", (event) => {
    if (!event.detail.tags.includes("webauthn")) return;
    event.preventDefault(); // or the script behind the button writes to the console
    alertBox.replaceChildren(message(reason(event.detail.exception)));
});
