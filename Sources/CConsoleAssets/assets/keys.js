// Takes a publisher's key from its file into the field where it could be pasted.

const binary = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

// The checksum of RFC 4880, 6.1, without which gpg takes no armor.
function checksum(bytes) {
  let sum = 0xb704ce;
  for (const byte of bytes) {
    sum ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      sum <<= 1;
      if (sum & 0x1000000) sum ^= 0x1864cfb;
    }
  }
  return btoa(binary([(sum >> 16) & 255, (sum >> 8) & 255, sum & 255]));
}

function armor(bytes) {
  const lines = btoa(binary(bytes)).match(/.{1,64}/g);
  const words = "PGP PUBLIC KEY BLOCK-----";
  return [`-----BEGIN ${words}`, "", ...lines, `=${checksum(bytes)}`, `-----END ${words}`, ""].join("\n");
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
