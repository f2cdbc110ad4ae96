def summary(content: bytes) -> str:
    return ""
