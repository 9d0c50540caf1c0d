// Takes a publisher's key from its file into the field where it could be pasted.

function armor(bytes) {
  const text = btoa(String.fromCharCode(...bytes)).replace(/.{64}/g, "$&\n");
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${text}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

export function watchKeyFiles() {
  document.addEventListener("change", async (event) => {
    const file = event.target.files?.[0];
    if (!file || !event.target.dataset.keyFile) return;
    const field = document.getElementById(event.target.dataset.keyFile);
    // What is larger is no key, and the server says so.
    const bytes = new Uint8Array(await file.slice(0, 96 << 10).arrayBuffer());
    // Keys that are not text have the highest bit of their first byte set.
    field.value = bytes[0] & 0x80 ? armor(bytes) : new TextDecoder().decode(bytes);
  });
}
