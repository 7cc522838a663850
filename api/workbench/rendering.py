"""Views -> HTML."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.workbench.assets import load_assets
from api.workbench.formats import FILTERS
from api.workbench.views import Shell


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.workbench"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals["asset"] = load_assets().address
    return environment


def render(template: str, shell: Shell, **values: object) -> str:
    return _environment().get_template(template).render(shell=shell, **values)
