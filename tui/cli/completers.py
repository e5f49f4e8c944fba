"""The words that a shell offers for the values of options and arguments.

They come from the configuration and from the journal, which has the last list that was read. No
server is asked: a shell waits for the words at every ``tab``, so that each of these functions
imports what it needs and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tui.config.names import ConfigNames

MOST = 1_000
"""Words that are offered, at most."""


def files(
    context: click.Context, option: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Have the shell offer its own files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def profiles(context: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    """Offer the profiles of the configuration."""
    return _offered(_configured().profiles, incomplete)


def presets(context: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    """Offer the presets of the configuration, then those that are built in."""
    from tui.model.preset_names import BUILT_IN_NAMES

    return _offered(dict.fromkeys((*_configured().presets, *BUILT_IN_NAMES)), incomplete)


def flags(context: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    """Offer the flags that the server's webhooks were seen to have."""
    from tui.storage.known_names import flag_names

    return _offered(flag_names(_journal(), _server(context)), incomplete)


def runs(context: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    """Offer the latest runs on the server."""
    from tui.storage.known_names import run_ids

    return _offered(run_ids(_journal(), _server(context)), incomplete)


def webhooks(context: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    """Offer instances, and the webhooks of one where no other begins so."""
    from tui.storage.known_names import webhook_names

    found = list(webhook_names(_journal(), _server(context)))
    instances = _offered(dict.fromkeys(one for one, _webhook in found), incomplete)
    if len(instances) > 1:
        return instances
    named = (f"{instance}/{webhook}" for instance, webhook in found if webhook)
    return [*instances, *_offered(named, incomplete)]


def conditions(context: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    """Offer the keys of conditions, and after the equals sign what is known for one."""
    key, separator, value = incomplete.partition("=")
    if separator:
        return [f"{key}={one}" for one in _offered(_values(context, key), value)]
    if key.startswith("flag:"):
        names = flags(context, option, key.removeprefix("flag:"))
        return [f"flag:{name}=" for name in names]
    from tui.model.condition_keys import FLAG, KEYS

    keys = (FLAG if one.startswith(FLAG) else f"{one}=" for one in KEYS)
    return _offered(keys, incomplete)


def _values(context: click.Context, key: str) -> Iterable[str]:
    from tui.storage.known_names import webhook_names

    if key == "enabled" or key.startswith("flag:"):
        return ("on", "off")
    if key not in ("instance", "webhook"):
        return ()
    found = webhook_names(_journal(), _server(context))
    return dict.fromkeys(names[key == "webhook"] for names in found)


def _offered(words: Iterable[str], incomplete: str) -> list[str]:
    """Return the words that begin with what is typed; none that a shell could not show."""
    from itertools import islice

    found = (one for one in words if one and one.startswith(incomplete) and one.isprintable())
    return list(islice(found, MOST))


def _server(context: click.Context) -> str | None:
    """Return the address of the server that a command would be for; ``None`` for any."""
    environment = os.environ.get
    return _configured().server(
        next(_given(context, "url"), None) or environment("HOOKBOARD_URL"),
        next(_given(context, "profile"), None) or environment("HOOKBOARD_PROFILE"),
    )


def _given(context: click.Context, name: str) -> Iterator[str]:
    """Yield the values of an option, after the name of a command and before it."""
    one: click.Context | None = context
    while one is not None:
        if value := one.params.get(name):
            yield value
        one = one.parent


def _configured() -> ConfigNames:
    from tui.config.names import ConfigNames
    from tui.storage.paths import config_file

    return ConfigNames(config_file())


def _journal() -> str:
    from tui.storage.paths import journal_file

    return str(journal_file())
