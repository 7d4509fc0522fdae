"""All oracles, by family."""

from . import applications, clicking, sight, writing  # noqa: F401
from .steps import FAMILIES  # noqa: F401
