"""A program that reads the list of a server and prints what that took.

It is a process of its own, so that the memory measured is that of one list.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from typing import Any, cast

from tui.api.connection import connect
from tui.api.errors import ApiError
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind
from tui.storage.server_memory import ServerMemory


def peak_megabytes() -> float:
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1024 if sys.platform == "linux" else size / 2**20


async def read(url: str, kind: ServerKind) -> dict[str, Any]:
    connection = connect(
        url,
        kind=kind,
        business="b1",
        profile="p",
        token=Secret("t0k3n"),
        token_source="a test",
        memory=ServerMemory(None, url),
    )
    server = connection.adapter(kind)
    before = peak_megabytes()
    instances: list[Instance] = []
    said = ""
    try:
        async for page in server.instances():
            instances += page.instances  # kept, as in the store
    except ApiError as error:
        said = error.what
    finally:
        await connection.http.close()
    return {"instances": len(instances), "megabytes": peak_megabytes() - before, "said": said}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(read(sys.argv[1], cast(ServerKind, sys.argv[2])))))  # noqa: T201
