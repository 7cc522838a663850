"""Builds the search indexes ahead of their first use: `python -m models.search.build`."""

from data.code_library import load_library
from data.home import Home
from models.search.code_search import load_code_search


def main() -> None:
    home = Home.from_environment()
    load_code_search(home, load_library(home))


if __name__ == "__main__":
    main()
