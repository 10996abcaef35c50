// A map as a PNG, painted by the browser from the server's SVG, so that its own fonts write every script.

const most = { side: 16_000, area: 80_000_000 }; // what browsers can paint

export async function savePng(url: string, name: string): Promise<void> {
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "image/svg+xml" } });
  if (!response.ok) throw new Error(String(response.status));
  const parsed = new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement;
  const [, , width = 0, height = 0] = (parsed.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  const wide = parseFloat(parsed.getAttribute("width") ?? "") || width || 800;
  const high = parseFloat(parsed.getAttribute("height") ?? "") || height || 600;
  parsed.setAttribute("width", String(wide));
  parsed.setAttribute("height", String(high));
  if (!parsed.getAttribute("font-family")) parsed.setAttribute("font-family", getComputedStyle(document.body).fontFamily);
  const picture = await painted(new XMLSerializer().serializeToString(parsed));
  const scale = Math.min(2, most.side / wide, most.side / high, Math.sqrt(most.area / (wide * high)));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(wide * scale), height: Math.round(high * scale) });
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const file = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!file) throw new Error("no picture");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Our content policy lets pictures come from data: addresses, not from blob: ones. */
async function painted(source: string): Promise<HTMLImageElement> {
  const picture = new Image();
  const bytes = new TextEncoder().encode(source);
  let packed = "";
  for (let at = 0; at < bytes.length; at += 0x8000) packed += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  picture.src = `data:image/svg+xml;base64,${btoa(packed)}`;
  await picture.decode();
  return picture;
}
