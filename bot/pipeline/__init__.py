"""The order, written once: hear → understand → plan → gate → ask or act."""

from bot.pipeline.pipeline import Pipeline

__all__ = ["Pipeline"]
