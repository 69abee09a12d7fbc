"""File signatures: of the accepted formats, and of formats that people upload by mistake."""

DICOM_PREAMBLE = 128
DICOM_PREFIX = b"DICM"
JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"

# Names for doctors. They are stored in facts, and `contracts.texts` adds what to upload instead.
_NAMES_BY_START = {
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
# Brands behind `ftyp` (ISO/IEC 14496-12); every other brand is a video.
_NAMES_BY_ISO_BRAND = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), "a HEIC picture"),
    b"avif": "an AVIF picture",
}


def identify_file_type(content: bytes) -> str:
    """Returns the name of a format that is not accepted; empty where the bytes do not tell."""
    for start, name in _NAMES_BY_START.items():
        if content.startswith(start):
            return name
    if content.startswith(b"RIFF"):
        return "a WebP picture" if content[8:12] == b"WEBP" else "a video"
    if content[4:8] == b"ftyp":
        return _NAMES_BY_ISO_BRAND.get(content[8:12], "a video")
    return "" if b"\0" in content[:512] else "a text file"
