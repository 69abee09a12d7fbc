"""The first bytes of files: of what is read here, and of what people send by mistake."""

DICOM_PREAMBLE = 128
DICOM_PREFIX = b"DICM"
JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"

# In the words that people use for them; `contracts.texts` says what to do instead.
_STARTS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\x1f\x8b": "a GZIP archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"GIF8": "a GIF",
    b"II*\x00": "a TIFF",
    b"MM\x00*": "a TIFF",
    b"BM": "a BMP",
    b"\x00\x00\x00\x0cjP  ": "a JPEG 2000 picture",
    b"\x00\x00\x00\x0cJXL ": "a JPEG XL picture",
    b"\x1aE\xdf\xa3": "a video",
    b"<": "a web page or XML",
    b"{": "a text file",
}
# ISO/IEC 14496-12: what may follow `ftyp`. Everything else there is a video.
_ISO_MEDIA = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), "a HEIC picture"),
    b"avif": "an AVIF picture",
}


def looks_like(content: bytes) -> str:
    """What a file is that is not read here; empty where nothing tells."""
    for start, name in _STARTS.items():
        if content.startswith(start):
            return name
    if content.startswith(b"RIFF"):
        return "a WebP picture" if content[8:12] == b"WEBP" else "a video"
    if content[4:8] == b"ftyp":
        return _ISO_MEDIA.get(content[8:12], "a video")
    return "" if b"\0" in content[:512] else "a text file"
