"""`python -m training.readme` measures, writes docs/*.md, and puts the tables into the README between their marks."""

import re
from pathlib import Path

import click

from data.gold import Split
from data.home import Home
from models.registry import ModelRegistry
from training.bench import run_bench
from training.coding import evaluate_coding
from training.denial import evaluate_denial

ROOT = Path(__file__).resolve().parents[1]


def replace_block(text: str, name: str, content: str) -> str:
    """Puts `content` between `<!-- name -->` and `<!-- /name -->`; raises ValueError when the marks are missing."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the README has no block {name}")
    return pattern.sub(lambda match: f"{match[1]}{content.strip()}\n{match[2]}", text)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(["bench", "coding", "denial"]))
def main(names: tuple[str, ...]) -> None:
    """Measures what is named, all when nothing is."""
    home = Home.from_environment()
    registry = ModelRegistry(home)
    measures = {
        "bench": lambda: run_bench(home),
        "coding": lambda: evaluate_coding(home, registry.champion("coding"), Split.TEST),
        "denial": lambda: evaluate_denial(home, registry.champion("denial")),
    }
    for name in names or tuple(measures):
        table = measures[name]()
        (ROOT / "docs" / f"{name}.md").write_text(table + "\n", "utf8")
        readme = ROOT / "README.md"
        readme.write_text(replace_block(readme.read_text("utf8"), name, table), "utf8")


if __name__ == "__main__":
    main()
