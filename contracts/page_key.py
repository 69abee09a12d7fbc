"""The header by which the firewall knows the page's own calls to the API.

They come from addresses of AWS, so neither the hospital's addresses nor a rate by address can be
asked of them. Its value is a secret of the page and the firewall; it grants no access to data.
"""

PAGE_KEY_HEADER = "X-Page-Key"
