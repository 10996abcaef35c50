"""Which files are taken, and how large: told by their first bytes, never by their name."""

from dataclasses import dataclass

from lms.media.rules.refusal import N_, MediaRefused

MB = 1024 * 1024
HEAD = 4096  # bytes that tell the type
LIMITS = {"image": 10 * MB, "audio": 30 * MB, "video": 200 * MB, "captions": MB}
LARGEST = max(LIMITS.values())


@dataclass(frozen=True)
class Type:
    """A kind of file; `kind` is image, audio, video or captions."""

    ext: str
    mime: str
    kind: str

    @property
    def limit(self) -> int:
        """Return the most bytes that a file of this kind may have."""
        return LIMITS[self.kind]


TYPES = {
    kind.ext: kind
    for kind in (
        Type("png", "image/png", "image"),
        Type("jpg", "image/jpeg", "image"),
        Type("webp", "image/webp", "image"),
        Type("gif", "image/gif", "image"),
        Type("svg", "image/svg+xml", "image"),
        Type("mp3", "audio/mpeg", "audio"),
        Type("m4a", "audio/mp4", "audio"),
        Type("ogg", "audio/ogg", "audio"),
        Type("wav", "audio/wav", "audio"),
        Type("mp4", "video/mp4", "video"),
        Type("webm", "video/webm", "video"),
        Type("vtt", "text/vtt", "captions"),
    )
}
ALIASES = {"jpeg": "jpg", "oga": "ogg", "opus": "ogg", "m4v": "mp4"}
MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"dash", b"MSNV"}
)
SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})
PHOTO_BRANDS = frozenset({b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


def extension(name: str) -> str:
    """Return the usual extension of the type that `name` claims, or nothing where it claims none of ours."""
    given = name.rpartition(".")[2].lower()
    given = ALIASES.get(given, given)
    return given if given in TYPES else ""


def type_of(head: bytes) -> Type:
    """Return the type that the first bytes `head` of a file tell, or raise MediaRefused with what to do instead."""
    for found in (_picture(head), _sound(head), _container(head), _text(head)):
        if found:
            return TYPES[found]
    raise MediaRefused(N_("This is no picture, sound, film or captions file that can be shown here."))


def check_size(found: Type, size: int) -> None:
    """Raise MediaRefused where a file of `size` bytes is too large for its type, or empty."""
    if size > found.limit:
        raise MediaRefused(
            N_("The file has %(size)s MB; for this kind of file %(most)s MB is the most."),
            size=-(-size // MB),
            most=found.limit // MB,
        )


def _picture(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    return "webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def _sound(head: bytes) -> str:
    if head.startswith(b"ID3") or _frame(head):
        return "mp3"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"OggS"):
        if b"OpusHead" in head[:200] or b"\x01vorbis" in head[:200]:
            return "ogg"
        raise MediaRefused(N_("This Ogg file holds no sound that browsers play; save it as MP3, M4A or MP4."))
    return ""


def _frame(head: bytes) -> bool:
    """Say whether `head` begins with the frame of an MPEG audio layer III stream (ISO/IEC 11172-3, 2.4.2.3)."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0  # noqa: PLR2004


def _container(head: bytes) -> str:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        if b"webm" in head[:64]:
            return "webm"
        raise MediaRefused(N_("Browsers do not play Matroska files; save the film as MP4 or WebM."))
    if head[4:8] != b"ftyp":
        return ""
    brand = head[8:12]
    if brand in SOUND_BRANDS:
        return "m4a"
    if brand in MP4_BRANDS:
        return "mp4"
    if brand in PHOTO_BRANDS:
        raise MediaRefused(N_("Many browsers do not show HEIC and AVIF pictures; save it as JPEG, PNG or WebP."))
    raise MediaRefused(N_("Many browsers do not play this kind of film; save it as MP4 (H.264) or WebM."))


def _text(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:6] == b"WEBVTT" and text[6:7] in (b"", b" ", b"\t", b"\n", b"\r"):
        return "vtt"
    start = text.lstrip()[:HEAD].lower()
    if start.startswith((b"<?xml", b"<!doctype svg", b"<svg", b"<!--")) and b"<svg" in start:
        return "svg"
    if b"-->" in text and start[:1].isdigit():
        raise MediaRefused(N_("Captions are WebVTT files (.vtt); most programs save SubRip captions as that."))
    return ""
