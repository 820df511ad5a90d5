"""What using the cache may raise, whichever cache ``CACHE_URL`` names."""

from __future__ import annotations

from redis.exceptions import RedisError

# The client raises the last two when it cannot make anything of its address or of what it read.
CACHE_FAILURES = (RedisError, OSError, ValueError, TypeError)
