// Record a voice memo, or convert a recording that was chosen, to WAV with one channel: nothing but the sound is sent.
// The server writes the sound again and refuses anything else.

const RATE = 16000; // samples per second, enough for speech
const MAX_SECONDS = 180;
const BYTES = 2;

const input = document.querySelector("input[data-recorder]");
const template = document.getElementById("recorder");

const text = (name, seconds = 0) => template.dataset[name].replace("{seconds}", String(Math.round(seconds)));

/** Return the sound of any recording that the browser can play, as samples from -1 to 1 of one channel. */
async function samplesOf(blob) {
    const context = new OfflineAudioContext(1, 1, RATE);
    const sound = await context.decodeAudioData(await blob.arrayBuffer());
    const length = Math.min(Math.ceil(sound.duration * RATE), MAX_SECONDS * RATE);
    const target = new OfflineAudioContext(1, length, RATE);
    const source = target.createBufferSource();
    source.buffer = sound;
    source.connect(target.destination);
    source.start();
    return (await target.startRendering()).getChannelData(0);
}

function writeText(view, at, letters) {
    [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
}

/** Return a WAV file with these samples, 16 bits each. */
function wavOf(samples) {
    const size = samples.length * BYTES;
    const view = new DataView(new ArrayBuffer(44 + size));
    writeText(view, 0, "RIFF");
    view.setUint32(4, 36 + size, true);
    writeText(view, 8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, RATE, true);
    view.setUint32(28, RATE * BYTES, true);
    view.setUint16(32, BYTES, true);
    view.setUint16(34, BYTES * 8, true);
    writeText(view, 36, "data");
    view.setUint32(40, size, true);
    samples.forEach((sample, index) => {
        view.setInt16(44 + index * BYTES, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
    });
    return new File([view.buffer], "recording.wav", { type: "audio/wav" });
}

/** Put the sound into the form as WAV, with the event "recorded"; returns its length in seconds. */
function choose(samples) {
    const files = new DataTransfer();
    files.items.add(wavOf(samples));
    input.files = files.files;
    input.dispatchEvent(new Event("recorded"));
    return samples.length / RATE;
}

function addControls() {
    input.before(template.content.cloneNode(true));
    const controls = input.previousElementSibling;
    const find = (name) => controls.querySelector(`[data-${name}]`);
    const [start, stop, state] = ["start", "stop", "state"].map(find);
    let recorder = null;
    let timer = 0;
    let turn = 0; // a recording belongs to the turn in which it was begun; a reset of the form begins the next
    let busy = false;

    const show = (recording) => {
        start.hidden = recording;
        stop.hidden = !recording;
    };
    const take = async (blob) => {
        const begun = turn;
        busy = true;
        try {
            const samples = await samplesOf(blob);
            if (begun !== turn) return;
            state.textContent = text("recorded", choose(samples));
        } catch {
            if (begun !== turn) return;
            input.value = "";
            state.textContent = text("unreadable");
        }
        busy = false;
    };
    const finish = () => {
        clearInterval(timer);
        if (recorder?.state === "recording") recorder.stop();
    };

    start.addEventListener("click", async () => {
        const ours = turn;
        let stream;
        try {
            stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        } catch {
            state.textContent = text("refused");
            return;
        }
        if (ours !== turn) return void stream.getTracks().forEach((track) => track.stop());
        const pieces = [];
        const begun = Date.now();
        recorder = new MediaRecorder(stream);
        recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
        recorder.addEventListener("stop", () => {
            stream.getTracks().forEach((track) => track.stop());
            if (ours !== turn) return; // its form was left
            show(false);
            start.focus();
            take(new Blob(pieces, { type: recorder.mimeType }));
        });
        recorder.start();
        busy = true;
        show(true);
        stop.focus();
        state.textContent = text("recording", 0);
        timer = setInterval(() => {
            const seconds = (Date.now() - begun) / 1000;
            state.textContent = text("recording", seconds);
            if (seconds >= MAX_SECONDS) finish();
        }, 1000);
    });
    stop.addEventListener("click", finish);
    input.form?.addEventListener("reset", () => {
        turn += 1;
        busy = false;
        finish();
        show(false);
        state.textContent = "";
    });
    input.form?.addEventListener("submit", (event) => {
        if (!busy) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        state.textContent = text("busy");
    });
    input.addEventListener("change", () => {
        if (input.files.length) take(input.files[0]);
    });
}

if (input && template) addControls();
