"""The owner's agent, made with the official SDK: owner_agent.py URL TOKEN MODE DEVICE OUT.

Lists the devices, turns the volume to 35, reads the state, tries two things that must fail, speaks, and writes what it
got to OUT as JSON. MODE: legacy (shakes hands) or auto (tries the newest protocol first).
"""
import asyncio
import json
import sys

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

url, token, mode, device, out = sys.argv[1:]
VOLUME = "self_audio_speaker_set_volume"


async def talk(client, seen):
    seen["protocol"] = client.protocol_version
    seen["server"] = client.server_info.name
    await client.send_ping()
    seen["tools"] = sorted(tool.name for tool in (await client.list_tools()).tools)

    async def call(name, **arguments):
        result = await client.call_tool(name, arguments)
        return result.structured_content or {"error": result.content[0].text}

    # A device tells its tools page by page after it connected.
    for _ in range(100):
        listed = [tool["name"] for tool in (await call("list_device_tools", device=device)).get("tools", [])]
        if VOLUME in listed:
            break
        await asyncio.sleep(0.1)
    seen["devices"] = (await call("list_devices"))["devices"]
    seen["volume"] = await call("call_device_tool", device=device, tool=VOLUME, arguments={"volume": 35})
    seen["too loud"] = await call("call_device_tool", device=device, tool=VOLUME, arguments={"volume": 350})
    seen["state"] = await call("read_state", device=device)
    seen["nobody"] = await call("say", device="02:00:00:00:00:99", text="Hello.")
    seen["said"] = await call("say", device=device, text="Dinner is ready, please come down.")


async def main():
    seen = {"statuses": []}

    async def note(response):
        if response.status_code not in seen["statuses"]:
            seen["statuses"].append(response.status_code)

    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with httpx2.AsyncClient(headers=headers, timeout=40, event_hooks={"response": [note]}) as http:
            async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
                await talk(client, seen)
    except BaseException as error:
        seen["failure"] = f"{type(error).__name__}: {error}"
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
            seen["failure"] = f"{type(error).__name__}: {error}"
    with open(out, "w") as file:
        json.dump(seen, file)


asyncio.run(asyncio.wait_for(main(), 90))
