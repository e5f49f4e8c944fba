"""Sample data: the instances of a Brazilian retailer, the same at every start.

The first twelve are written by hand and show every state; any number of others follows. The phone
numbers start with a digit that is never assigned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random

from tui.sandbox.records import DOCUMENTED_FLAGS, Instance, Webhook, Wire, iso, ulid

BUSINESS_NAME = "Lojas Aurora"
BUSINESS_ID = ulid(datetime(2026, 1, 5, 9, tzinfo=UTC), b"Lojas Auro")

_FIRST_DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
_LAST_DAY = datetime(2026, 6, 12, 20, tzinfo=UTC)
_LABELS = (*DOCUMENTED_FLAGS, "labelAssociation", "labelEdit")
_INCOMING = ("messagesUpsert", "messagesUpdate", "sendMessage")
_CALLERS = {"authorization": "Bearer aurora-crm-7c1d40", "x-team": "vendas"}


@dataclass(frozen=True, slots=True)
class _Hook:
    """A webhook of the sample: ``on`` or ``off`` lists the flags that differ from the others."""

    name: str
    url: str
    enabled: bool = True
    off: Collection[str] = ()
    on: Collection[str] | None = None
    flags: tuple[str, ...] = DOCUMENTED_FLAGS
    headers: dict[str, str] | None = None

    def switches(self) -> dict[str, bool]:
        return {
            flag: flag in self.on if self.on is not None else flag not in self.off
            for flag in self.flags
        }


@dataclass(frozen=True, slots=True)
class _Place:
    """An instance of the sample; ``number`` is empty where no phone was ever paired."""

    name: str
    connection: str
    number: str
    push_name: str
    hooks: tuple[_Hook, ...]
    state: str = "active"


_CRM = "https://crm.loja.com.br/hooks/whatsapp"
_AUDIT = "https://audit.loja.com.br/in"
_N8N = "https://n8n.loja.com.br/webhook"
_CHATWOOT = "https://chatwoot.loja.com.br/webhooks/whatsapp"
_TYPEBOT = "https://typebot.loja.com.br/api/v1/whatsapp"

_PLACES = (
    _Place(
        "loja-norte",
        "open",
        "5511900001001",
        "Aurora Zona Norte",
        (
            _Hook("crm", f"{_CRM}/entrada", off=("presenceUpdate", "newJwt"), headers=_CALLERS),
            _Hook("auditoria", f"{_AUDIT}/loja-norte"),
        ),
    ),
    _Place(
        "loja-sul",
        "open",
        "5511900001002",
        "Aurora Zona Sul",
        (
            _Hook("crm", f"{_CRM}/entrada", off=("presenceUpdate", "newJwt"), headers=_CALLERS),
            _Hook("auditoria", _AUDIT, enabled=False, on=_INCOMING),
        ),
    ),
    _Place(
        "quiosque-aeroporto",
        "connecting",
        "5511900001003",
        "Aurora Aeroporto",
        (_Hook("typebot", f"{_TYPEBOT}/quiosque", enabled=False, on=("messagesUpsert",)),),
    ),
    _Place("outlet-br101", "close", "5548900001004", "Aurora Outlet BR-101", ()),
    _Place(
        "atendimento-2",
        "refused",
        "5511900001005",
        "Aurora Atendimento",
        (
            _Hook(
                "chatwoot",
                f"{_CHATWOOT}/atendimento-2",
                off=("messagesSet", "contactsSet", "chatsSet", "newJwt"),
            ),
        ),
    ),
    _Place(
        "depósito",
        "close",
        "5519900001006",
        "Aurora Depósito",
        (_Hook("n8n", "http://n8n:5678/webhook/deposito", on=(*_INCOMING, "connectionUpdate")),),
    ),
    _Place(
        "central-atendimento",
        "open",
        "5511900001007",
        "Central Aurora",
        (
            _Hook("crm", f"{_CRM}/central", headers=_CALLERS),
            _Hook("chatwoot", f"{_CHATWOOT}/central", off=("messagesSet", "newJwt")),
            _Hook("typebot", f"{_TYPEBOT}/central", on=("messagesUpsert", "callUpsert")),
            _Hook("n8n", f"{_N8N}/central", on=_INCOMING, headers={"x-team": "automação"}),
            _Hook("n8n teste", f"{_N8N}-test/central", enabled=False, on=_INCOMING),
            _Hook("auditoria", f"{_AUDIT}/central", flags=_LABELS),
            _Hook("relatórios", "https://bi.loja.com.br/whatsapp", on=("sendMessage",)),
            _Hook("plantão", "https://alerta.loja.com.br/ws", on=("stateInstance", "newJwt")),
            _Hook("crm antigo", "http://10.0.8.21:8080/whatsapp", enabled=False, on=()),
        ),
    ),
    _Place(
        "loja-centro",
        "open",
        "5511900001008",
        "Aurora Centro",
        (
            _Hook("crm", f"{_CRM}/entrada", flags=_LABELS, off=("labelEdit", "presenceUpdate")),
            _Hook("n8n", f"{_N8N}/etiquetas", flags=_LABELS, on=("labelAssociation", "labelEdit")),
        ),
    ),
    _Place(
        "marketing-promo",
        "open",
        "5511900001009",
        "Promoções Aurora",
        (
            _Hook(
                "canal",
                "https://promo.loja.com.br/canal",
                flags=(*_LABELS, "newsletterUpsert"),
                off=("callUpsert", "presenceUpdate", "groupParticipantsUpdate"),
                headers={"x-team": "marketing"},
            ),
        ),
    ),
    _Place(
        "entrega-expressa",
        "open",
        "5521900001010",
        "Aurora Entregas",
        (
            _Hook("rastreio", "https://entrega.loja.com.br/eventos?origem=whatsapp", on=_INCOMING),
            _Hook("auditoria", _AUDIT, off=("messagesSet",)),
        ),
    ),
    _Place(
        "loja-campinas",
        "close",
        "5519900001011",
        "Aurora Campinas",
        (_Hook("crm", f"{_CRM}/entrada", enabled=False),),
        state="inactive",
    ),
    _Place(
        "suporte-ti",
        "connecting",
        "",
        "",
        (_Hook("local", "http://localhost:3000/whatsapp", on=("qrcodeUpdate", "stateInstance")),),
    ),
)


def sample(count: int) -> Iterator[tuple[Instance, list[Webhook]]]:
    """Yield ``count`` instances with their webhooks, always the same in the same order."""
    for index in range(count):
        place = _PLACES[index] if index < len(_PLACES) else _further(index + 1)
        yield _records(place, index)


def _further(number: int) -> _Place:
    """Make up the shop of this number; always the same one."""
    dice = Random(number)
    area, city = dice.choice(_CITIES)
    connection = dice.choices(("open", "close", "connecting", "refused"), (70, 17, 9, 4))[0]
    paired = connection == "open" or dice.random() < 0.8
    shop = f"loja-{number:04}"
    known = (
        _Hook("crm", f"{_CRM}/{shop}", enabled=dice.random() < 0.9, off=_some(dice, 3)),
        _Hook("auditoria", f"{_AUDIT}/{shop}", enabled=dice.random() < 0.7, on=_INCOMING),
        _Hook("n8n", f"{_N8N}/{shop}", flags=_LABELS, off=_some(dice, 12)),
        _Hook("chatwoot", f"{_CHATWOOT}/{shop}", off=_some(dice, 6), headers={"x-team": city}),
    )
    return _Place(
        shop,
        connection,
        f"55{area}9000{number:05}" if paired else "",
        f"Aurora {city} {number}",
        tuple(dice.sample(known, dice.choices((0, 1, 2, 3), (4, 48, 42, 6))[0])),
        state="active" if connection == "open" or dice.random() < 0.8 else "inactive",
    )


_CITIES = (
    (11, "São Paulo"),
    (21, "Niterói"),
    (31, "Contagem"),
    (41, "Curitiba"),
    (51, "Canoas"),
    (62, "Goiânia"),
    (71, "Salvador"),
    (81, "Recife"),
    (85, "Fortaleza"),
    (91, "Belém"),
)


def _some(dice: Random, most: int) -> list[str]:
    return dice.sample(DOCUMENTED_FLAGS, dice.randint(0, most))


def _records(place: _Place, index: int) -> tuple[Instance, list[Webhook]]:
    born = _FIRST_DAY + timedelta(hours=5 * index % 2000, minutes=7 * index % 60)
    instance = Instance(
        id=_id(born, "instance", index),
        name=place.name,
        state=place.state,
        connection=place.connection,
        created_at=iso(born),
        auth_id=_id(born, "auth", index),
        whatsapp=_whatsapp(place, born, index) if place.number else None,
    )
    webhooks = [
        _webhook(hook, instance.id, born, index, place_in_list)
        for place_in_list, hook in enumerate(place.hooks)
    ]
    return instance, webhooks


def _whatsapp(place: _Place, born: datetime, index: int) -> Wire:
    return {
        "whatsappId": _id(born, "whatsapp", index),
        "remoteJid": f"{place.number}@s.whatsapp.net",
        "pictureUrl": None,
        "pushName": place.push_name,
        "createdAt": iso(born + timedelta(minutes=4)),
    }


def _webhook(hook: _Hook, instance_id: str, born: datetime, index: int, nth: int) -> Webhook:
    created = born + timedelta(hours=2 + 30 * nth, seconds=37 * nth)
    # The last changes lie some days before the last day, each at a different time.
    updated = max(created, _LAST_DAY - timedelta(hours=(31 * index + 77 * nth) % 2400))
    return Webhook(
        id=_id(created, "webhook", index, nth),
        instance_id=instance_id,
        name=hook.name,
        url=hook.url,
        enabled=hook.enabled,
        headers=hook.headers,
        created_at=iso(created),
        updated_at=iso(updated),
        events_id=_id(created, "events", index, nth),
        flags=hook.switches(),
        events_updated_at=iso(updated),
    )


def _id(moment: datetime, *what: str | int) -> str:
    return ulid(moment, blake2b(repr(what).encode(), digest_size=10).digest())
