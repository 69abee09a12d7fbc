"""The frame of a page that needs no other file: light, dark and printed, wide and narrow."""

from html import escape

_STYLE = """
:root{color-scheme:light dark;--page:#fff;--text:#111;--quiet:#5c5c5c;--line:#bbb;--head:#f2f2f2}
@media screen and (prefers-color-scheme:dark){
:root{--page:#161616;--text:#eee;--quiet:#aaa;--line:#555;--head:#2b2b2b}}
body{font:15px/1.45 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem;
color:var(--text);background:var(--page)}
.scroll{overflow-x:auto;margin:.5rem 0 1rem}
table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.2rem .5rem}
th{text-align:left;background:var(--head)}
td.n{text-align:right;font-variant-numeric:tabular-nums}
figure{display:inline-block;margin:0 1rem 1rem 0}
figure svg{width:19rem;max-width:100%;height:auto;background:#fff;display:block}
.groups td.n,.groups thead{font-size:.85em}
.quiet{color:var(--quiet);overflow-wrap:anywhere}h2,h3{break-after:avoid}
tr,figure{break-inside:avoid}
@media print{body{margin:0;max-width:none;font-size:11px}.scroll{overflow:visible}
.groups{font-size:8px}.groups th,.groups td{padding:.1rem .25rem}
@page{size:landscape;margin:12mm}}
"""
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>{style}</style>
<h1>{title}</h1>
{body}
"""


def fill_page(title: str, body: str) -> str:
    return _PAGE.format(title=escape(title), style=_STYLE, body=body)
