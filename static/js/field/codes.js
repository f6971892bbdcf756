// The code with which a person withdraws their consent to a note: made on the device, so that they get it at once.

const { codeSigns: SIGNS, codeLength } = document.body.dataset;
const LENGTH = Number(codeLength);

// The address at which the person types it, as people write it down.
export const withdrawalAddress = location.host + document.body.dataset.withdraw;

// Return a new random code; numbers that would favour some signs are left out.
export function newCode() {
    const code = [];
    const most = 256 - (256 % SIGNS.length);
    while (code.length < LENGTH) {
        const [number] = crypto.getRandomValues(new Uint8Array(1));
        if (number < most) code.push(SIGNS[number % SIGNS.length]);
    }
    return code.join("");
}

// Return a code as people read it, in two halves.
export function printedCode(code) {
    return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}
