"""The addresses of the contract, as Starlette endpoints over a :class:`.state.State`."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from math import ceil
from typing import Any

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tui.sandbox.codechat_v2 import bodies
from tui.sandbox.codechat_v2.errors import Refused
from tui.sandbox.codechat_v2.state import State
from tui.sandbox.records import DOCUMENTED_FLAGS, Instance, Webhook, Wire, iso, ulid


class _Address(HTTPEndpoint):
    """The base of all addresses: checks credentials, and finds the instance and the webhook."""

    @property
    def sandbox(self) -> State:
        sandbox: State = self.scope["app"].state.sandbox
        return sandbox

    def admit_business(self, request: Request) -> None:
        """Accept the business token for this business; raise :class:`Refused` otherwise."""
        self.sandbox.tokens.admit_business(_credentials(request))
        if request.path_params["business_id"] != self.sandbox.business_id:
            raise Refused(404, "Business not found")

    def admit_instance(self, request: Request) -> Instance:
        """Return the instance of the address; raise :class:`Refused` without access to it."""
        instance_id = request.path_params["instance_id"]
        self.sandbox.tokens.admit_instance(_credentials(request), instance_id)
        instance = self.sandbox.store.instance(instance_id)
        if instance is None:
            raise Refused(404, "Instance not found")
        return instance

    def webhook_of(self, instance: Instance, request: Request) -> Webhook:
        """Return the webhook of the address; raise :class:`Refused` where there is none."""
        webhook = self.sandbox.store.webhook(instance.id, request.path_params["webhook_id"])
        if webhook is None:
            raise Refused(404, "Webhook not found")
        return webhook

    def record(self, instance: Instance, webhooks: list[Webhook] | None = None) -> Wire:
        """Return an instance with its JWT, and with its webhooks where they are given."""
        jwt = self.sandbox.tokens.sign(instance.id, instance.issued)
        return instance.wire(self.sandbox.business_id, jwt, webhooks)


class _SearchAddress(_Address):
    async def post(self, request: Request) -> Response:
        self.admit_business(request)
        wanted = bodies.read_search(bodies.parse(await request.body()))
        page = self.sandbox.store.search(wanted, self.sandbox.page_size)
        return JSONResponse(
            {
                "businessId": self.sandbox.business_id,
                "name": self.sandbox.business_name,
                "BusinessPage": {
                    "totalRecords": page.total,
                    "totalPages": ceil(page.total / self.sandbox.page_size),
                    "currentPage": wanted.page,
                    "records": [self.record(*found) for found in page.records],
                },
            }
        )


class _ConnectedAddress(_Address):
    async def get(self, request: Request) -> Response:
        """Answer the instances without their webhooks (guess)."""
        self.admit_business(request)
        return JSONResponse(
            {
                "businessId": self.sandbox.business_id,
                "name": self.sandbox.business_name,
                "Instances": [self.record(instance) for instance in self.sandbox.store.connected()],
            }
        )


class _InstanceAddress(_Address):
    async def get(self, request: Request) -> Response:
        instance = self.admit_instance(request)
        return JSONResponse(self.record(instance, self.sandbox.store.webhooks(instance.id)))


class _WebhooksAddress(_Address):
    async def get(self, request: Request) -> Response:
        instance = self.admit_instance(request)
        return JSONResponse([hook.wire() for hook in self.sandbox.store.webhooks(instance.id)])

    async def post(self, request: Request) -> Response:
        instance = self.admit_instance(request)
        body = bodies.parse(await request.body())
        now = self.sandbox.now()
        blank = Webhook(
            id=ulid(now, secrets.token_bytes(10)),
            instance_id=instance.id,
            name="",
            url="",
            enabled=False,
            headers=None,
            created_at=iso(now),
            updated_at=iso(now),
            events_id=ulid(now, secrets.token_bytes(10)),
            flags=dict.fromkeys(DOCUMENTED_FLAGS, True),
            events_updated_at=iso(now),
        )
        webhook = bodies.with_details(blank, body, self.sandbox.flags, iso(now))
        self.sandbox.store.save(webhook)
        return JSONResponse(webhook.wire(), 201)


class _WebhookAddress(_Address):
    async def get(self, request: Request) -> Response:
        return JSONResponse(self.webhook_of(self.admit_instance(request), request).wire())

    async def put(self, request: Request) -> Response:
        instance = self.admit_instance(request)
        body = bodies.parse(await request.body())
        with self.sandbox.store.transaction():
            base = self.webhook_of(instance, request)
            webhook = bodies.with_details(base, body, self.sandbox.flags, iso(self.sandbox.now()))
            self.sandbox.store.save(webhook)
        return JSONResponse(webhook.wire(), 201)

    async def delete(self, request: Request) -> Response:
        """Answer the webhook that was deleted (guess)."""
        instance = self.admit_instance(request)
        with self.sandbox.store.transaction():
            webhook = self.webhook_of(instance, request)
            self.sandbox.store.delete(webhook)
        return JSONResponse(webhook.wire())


class _EventsAddress(_Address):
    async def patch(self, request: Request) -> Response:
        """Answer only the ``WebhookEvents`` object, not the webhook (guess)."""
        instance = self.admit_instance(request)
        body = bodies.parse(await request.body())
        with self.sandbox.store.transaction():
            base = self.webhook_of(instance, request)
            webhook = bodies.with_flags(base, body, self.sandbox.flags, iso(self.sandbox.now()))
            self.sandbox.store.save(webhook)
        return JSONResponse(webhook.events())


_BUSINESS = "/api/v2/business/{business_id}/instance"
_INSTANCE = "/api/v2/instance/{instance_id}"

ROUTES = (
    Route(f"{_BUSINESS}/search", _SearchAddress),
    Route(f"{_BUSINESS}/connected", _ConnectedAddress),
    Route(_INSTANCE, _InstanceAddress),
    Route(f"{_INSTANCE}/webhook", _WebhooksAddress),
    Route(f"{_INSTANCE}/webhook/{{webhook_id}}", _WebhookAddress),
    Route(f"{_INSTANCE}/webhook/{{webhook_id}}/events", _EventsAddress),
)
"""The routes of the contract and no others."""


def refused(request: Request, error: Any) -> Response:
    """Answer a :class:`Refused` in the documented shape."""
    return _error(error.status, error.messages)


def not_routed(request: Request, error: Any) -> Response:
    """Answer 404 and 405 of the router in the words of Node servers."""
    assert isinstance(error, HTTPException)
    words = f"Cannot {request.method} {request.url.path}"
    return _error(error.status_code, [words], error.headers)


def failed(request: Request, error: Any) -> Response:
    """Answer 500 to an unexpected error."""
    return _error(500, ["Internal server error"])


def _error(status: int, messages: list[str], headers: Any = None) -> Response:
    body = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": messages}
    return JSONResponse(body, status, headers)


def _credentials(request: Request) -> str:
    return request.headers.get("authorization", "")
