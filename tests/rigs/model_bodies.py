"""One question, and an answer in the words of each API, for suites on a raw endpoint."""

from bot.intent.model.answer import Answer
from bot.ports import Prompt, Turn
from tests.rigs.aimock import KEY

SECRET = KEY
PROMPT = Prompt("plan@1", "Stable.", "Fitted.", (Turn("user", "hi"),), Answer, max_tokens=99)
TEXT = '{"kind":"talk"}'
BODIES = {
    "messages": {"content": [{"type": "text", "text": TEXT}], "stop_reason": "end_turn"},
    "chat": {"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}]},
    "responses": {
        "status": "completed",
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "content": [{"type": "output_text", "text": TEXT}]},
        ],
    },
}


async def ask(model, **more):
    return await model.ask(PROMPT, **{"timeout_s": 30, **more})
