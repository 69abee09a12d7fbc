"""Unusual and hostile file names, for tests of whatever shows or stores a name."""

UNUSUAL_FILE_NAMES = [
    "<script>alert(1)</script>.png",
    "<img src=x onerror=alert(1)>.png",
    "\"><b>thorax'.png",
    "{{ 7 * 7 }}.png",
    "\u202egnp.xaroht.exe",
    "\u05e6\u05d9\u05dc\u05d5\u05dd \u05d7\u05d6\u05d4.png",
    "\U0001fa7b\U0001f469\u200d\u2695\ufe0f.png",
    "../../../etc/passwd",
    "C:\\films\\thorax.png",
    "' or 1=1 --",
    "%2e%2e%2f%00.png",
    "n" * 255,
]

# Each holds a character that no page can show or send: a control character, or half of one.
UNPRINTABLE_TEXTS = [
    "thorax.png\r\nSet-Cookie: a=b",
    "a\x00b.png",
    "a\x1b[31mb.png",
    "a\x7fb.png",
    "a\x85b.png",
    "a\ud800b.png",
    "a\udfffb.png",
]
UNPRINTABLE_NOTES = [text for text in UNPRINTABLE_TEXTS if "\n" not in text]
