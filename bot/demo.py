"""The demo."""
from bot.settings import Settings


async def run(settings: Settings, *, fresh: bool, chat: bool, portal: bool) -> None: ...
