"""The list of entities in the documents is the contract's."""

import re

from dagster_project.contract.model import load_contract
from dagster_project.settings import PROJECT_ROOT


def test_the_architecture_lists_every_entity_of_the_contract_once():
    text = (PROJECT_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("| about | entities |") : text.index("`also:` in a field")]
    assert sorted(re.findall(r"`(\w+)`", table)) == sorted(load_contract().entities)
