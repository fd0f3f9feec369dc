"""What the command palette offers: every key that does something now, by name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.screen import Screen

from ctexplore.tui.investigate.policy_screen import PolicyScreen
from ctexplore.tui.investigate.ruled_screen import RuledScreen
from ctexplore.tui.loading import LoadingScreen
from ctexplore.tui.org_names import ask_for_names


def commands(app: App[Any], screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The actions of the screen and of what has the focus there, each once."""
    named: set[str] = set()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        title = binding.tooltip or binding.description
        if not title or not active.enabled or binding.id in named or key == "ctrl+p":
            continue
        named.add(binding.id or key)
        yield SystemCommand(
            title,
            f"key {app.get_key_display(binding)}",
            partial(app.run_action, binding.action, active.node),
        )
    if isinstance(screen, PolicyScreen):
        yield SystemCommand(
            "Policy from use", "least privilege for what the list shows", screen.action_policy
        )
    if isinstance(screen, RuledScreen):
        yield SystemCommand("Sigma rules", "how many events each matches", screen.action_rules)
        yield SystemCommand("Sigma rules of this event", "why they match", screen.action_rules_here)
    if isinstance(screen, LoadingScreen):
        yield SystemCommand(
            "Account names",
            "from AWS Organizations, by organizations:ListAccounts",
            partial(ask_for_names, screen),
        )
