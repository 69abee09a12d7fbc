"""Formats results: a row for each attack, a line for each try that broke, and the sum."""

from collections.abc import Sequence

from reliability.attack.tries import Attack, Result


def format_table(results: Sequence[Result]) -> str:
    attacks = list(dict.fromkeys(result.attack for result in results))
    rows = [("item", "what was tried", "tries", "held", "broken")]
    rows += [_build_row(attack, results) for attack in attacks]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(
        f"{item:{widths[0]}}  {title:{widths[1]}}  {tries:>6}{held:>7}{broken:>8}"
        for item, title, tries, held, broken in rows
    )


def _build_row(attack: Attack, results: Sequence[Result]) -> tuple[str, str, str, str, str]:
    own = [result for result in results if result.attack == attack]
    held = sum(result.is_held for result in own)
    return attack.item, attack.title, str(len(own)), str(held), str(len(own) - held)


def format_breaks(results: Sequence[Result]) -> str:
    return "\n".join(
        f"broken: {result.attack.title}: {result.name}: {result.evidence}"
        for result in results
        if not result.is_held
    )


def format_summary(results: Sequence[Result]) -> str:
    held = sum(result.is_held for result in results)
    return f"held {held} of {len(results)} tries, {len(results) - held} broken"
