"""Pages of HTML with everything inside: for a phone, a desk or a printer, without a network.

Whatever is put into a template is escaped, so a text is shown as it is and never becomes markup.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from matplotlib.figure import Figure

from common.files import write_bytes
from common.report.plots import png

_OWN = Path(__file__).parent


@cache
def template(name: str, folder: Path = _OWN) -> jinja2.Template:
    """Return a template by its file name; a name that it lacks is an error.

    folder: where it lies; it may build on the templates that lie here.

    >>> "grid" in template("page.css").render()
    True
    """
    environment = environment_of(folder, _OWN)
    environment.filters["png_uri"] = _png_uri
    environment.filters["wav_uri"] = lambda sound: data_uri("audio/wav", sound)
    environment.filters["setting"] = _setting
    return environment.get_template(name)


def environment_of(*folders: Path) -> jinja2.Environment:
    """Return what templates of some folders are read with: the first that has one gives it."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def policy_of(script: str, style: str) -> str:
    """Return the Content-Security-Policy of a page in which only its own script and style run.

    >>> policy_of("", "").split("; ")[1]
    "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return (
        f"default-src 'none'; script-src {source_hash(script)}; style-src {source_hash(style)}; "
        "img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def source_hash(text: str) -> str:
    """Return what names a script or a style in a page's policy."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def in_script(text: str) -> Markup:
    """Return JSON so that it can stand in a page's script element: no tag can end in it.

    >>> "<" in in_script('"</script>"')
    False
    """
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))


def write_page(path: str | Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a page, or a file beside it.

    It takes its place when it is complete, and until then an older one stays.
    """
    # a file name in a note may hold bytes that are no text, and they must not cost the page
    write_bytes(path, text.encode(encoding, "backslashreplace"))


def data_uri(kind: str, content: bytes) -> str:
    """Return what stands for a file in a page that has everything inside."""
    return f"data:{kind};base64," + base64.b64encode(content).decode("ascii")


def _png_uri(picture: bytes | Figure) -> str:
    return data_uri("image/png", picture if isinstance(picture, bytes) else png(picture))


def _setting(value: Any) -> str:
    if value is None or value == () or value == []:
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
