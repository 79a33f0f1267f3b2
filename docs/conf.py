"""The documentation: `sphinx-build -n -W --keep-going -b html docs docs/_build/html`."""

from __future__ import annotations

import builtins

import stackerr

project = "stackerr"
author = "the stackerr maintainers"
copyright = author
version = release = stackerr.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
default_role = "code"  # docstrings write names between single backticks
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Source", "notes_style"), ("Class arguments", "params_style")]

# The build uses no network: what other projects document is shown as plain text.
nitpick_ignore = [(kind, name) for kind in ("py:class", "py:exc") for name in dir(builtins)]
nitpick_ignore_regex = [
    ("py:.*", r"(collections|types|typing|os|re|asyncio|threading)(\.\w+)*"),
    ("py:class", r"[A-Z]\w?|Any|Callable|ClassVar|Iterator|Mapping|PathLike|Self|Sequence|TracebackType|TypeGuard"),
    ("py:class", r"(stackerr\.\w+\.)?(Target|Part|Expected|Stack|T|E|F|M)|optional"),
]

html_theme = "furo"
html_title = "stackerr"
html_static_path = ["_static"]
html_css_files = ["style.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5d66", "color-brand-content": "#0b6f7a"},
    "dark_css_variables": {"color-brand-primary": "#6cc7d1", "color-brand-content": "#6cc7d1"},
}
