"""What is owed to chat platforms, delivered: in order, within their pace, once."""

from bot.delivery.delivery import Delivery

__all__ = ["Delivery"]
