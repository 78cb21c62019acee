"""Whether what a language model is asked can be filled in, before a request finds out."""

from __future__ import annotations

from bot.errors import ConfigError
from bot.settings import Home


def check_prompts(home: Home) -> bool:
    """Read and compile the prompts, the home's own in place of the shipped; say what is wrong.

    Whether all is well.
    """
    from bot.adapters.files.prompt_files import load_prompts
    from bot.intent.model.prompting import Prompter

    try:
        plan = load_prompts(home.prompts)["plan"]
        Prompter(plan)
    except ConfigError as error:
        print(f"✗ prompts        {error.sentence}")
        if error.cure:
            print(f"                 {error.cure}")
        return False
    print(f"✓ prompts        {plan.called}")
    return True
