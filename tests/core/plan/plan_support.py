"""Plans for tests: some webhooks, and what patches make of them."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.patch.patch import Patch
from tui.core.plan.plan import Plan, Target, plan
from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.instance import Instance
from tui.model.webhook import Webhook

LOJA = Instance("i1", "loja")


def planned(
    webhooks: Webhook | Iterable[Webhook],
    patch: Patch,
    capabilities: Capabilities = ANY_SERVER,
    *,
    total: int | None = None,
    instance: Instance | None = None,
) -> Plan:
    """Return the plan for webhooks, each of an instance of its own where none is given."""
    hooks = [webhooks] if isinstance(webhooks, Webhook) else list(webhooks)
    targets = []
    for number, webhook in enumerate(hooks, 1):
        of = instance or (LOJA if number == 1 else Instance(f"i{number}", f"loja {number}"))
        targets.append(Target(of, webhook, patch.applied_to(webhook.values, of.name)))
    return plan(targets, capabilities, total=len(hooks) if total is None else total)
