"""Twenty readers as a process of their own: `python -m tests.bench.pages BASE TOKEN PLAN COUNT`.

Each opens the page of a plan as a browser does (the HTML, then NiceGUI's socket) and counts what
is pushed to it. READY is printed when all are connected; a line on stdin ends it, and how many
updates came is printed.
"""

import ast
import asyncio
import re
import sys

import aiohttp
import socketio


async def opened(session, base, path, heard):
    """One page, connected."""
    async with session.get(base + path, headers={"accept": "text/html"}) as answer:
        html = await answer.text()
    query = ast.literal_eval(re.search(r"query: (\{.*?\}),\n", html)[1])
    query = {k: str(v).lower() if isinstance(v, bool) else v for k, v in query.items()}
    query |= {"document_id": "d", "tab_id": f"t{len(heard)}", "old_tab_id": ""}
    client = socketio.AsyncClient(http_session=session)
    client.on("update", lambda *_: heard.append(1))
    await client.connect(
        f"{base}?" + "&".join(f"{k}={v}" for k, v in query.items()),
        socketio_path="/_nicegui_ws/socket.io", transports=["websocket"],
        headers={"origin": base},
    )  # fmt: skip
    if query.get("implicit_handshake") != "true":
        assert await client.call("handshake", query)
    return client


async def main(base, token, plan, count):
    heard = []
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        headers = {"origin": base}
        async with session.post(f"{base}/login", data={"token": token}, headers=headers) as done:
            assert done.status == 200, done.status
        pages = [await opened(session, base, f"/plan/{plan}", heard) for _ in range(int(count))]
        print("READY", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        print(len(heard), flush=True)
        for page in pages:
            await page.disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
