"""Small files of every kind, made here: honest ones and others."""

import io
import struct
import wave
import zlib

from PIL import Image
from PIL.Image import Exif

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def picture(ext: str = "png", size: tuple[int, int] = (40, 20), *, exif: bool = False, mode: str = "RGB") -> bytes:
    """A picture, half red and half blue; with `exif` it lies on its side and says where it was taken."""
    image = Image.new(mode, size, "red" if mode != "P" else 1)
    image.paste("blue" if mode != "P" else 2, (size[0] // 2, 0, size[0], size[1]))
    out, more = io.BytesIO(), {}
    if exif:
        tags = Exif()
        tags[ORIENTATION] = 6
        tags[MAKE] = "SecretPhone"
        tags.get_ifd(GPS)[1] = "N"
        more["exif"] = tags
    image.save(out, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}[ext], **more)
    return out.getvalue()


def moving(ext: str) -> bytes:
    """An animation of two pictures."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, {"gif": "GIF", "webp": "WEBP", "png": "PNG"}[ext], save_all=True, append_images=frames[1:])
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of some kilobytes that would be gigabytes in memory."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def wav(seconds: float = 2.0) -> bytes:
    """Silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(4000)
        sound.writeframes(b"\x80" * int(4000 * seconds))
    return out.getvalue()


def mp3(frames: int = 100) -> bytes:
    """Silence of 26 ms a frame: MPEG 1, layer III, 128 kbit/s, 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def box(name: bytes, data: bytes) -> bytes:
    """A box of an MP4."""
    return struct.pack(">I", 8 + len(data)) + name + data


def mp4(
    seconds: int = 12, size: tuple[int, int] = (640, 360), *, brand: bytes = b"isom", extra: bytes = b"", data: int = 64
) -> bytes:
    """A film that says how long and how large it is; nobody can watch it."""
    mvhd = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    tkhd = box(b"tkhd", bytes(76) + struct.pack(">II", size[0] << 16, size[1] << 16))
    moov = box(b"moov", mvhd + box(b"trak", tkhd) + extra)
    return box(b"ftyp", brand + bytes(4) + b"isom") + moov + box(b"mdat", bytes(data))


def element(name: int, data: bytes) -> bytes:
    """An element of a WebM."""
    raw = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return raw + (len(data) | 1 << 28).to_bytes(4, "big") + data


def webm(seconds: float = 3.5) -> bytes:
    """A film that says how long and how large it is."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    info = element(
        0x1549A966,
        element(0x2AD7B1, (1_000_000).to_bytes(3, "big")) + element(0x4489, struct.pack(">d", seconds * 1000)),
    )
    video = element(0xE0, element(0xB0, (320).to_bytes(2, "big")) + element(0xBA, (240).to_bytes(2, "big")))
    return head + element(0x18538067, info + element(0x1654AE6B, element(0xAE, video)))


VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="red"/></svg>'


def svg(inside: str, attributes: str = "") -> bytes:
    """A drawing with something in it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'
        f" {attributes}>{inside}</svg>"
    ).encode()
