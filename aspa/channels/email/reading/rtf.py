def read(content: bytes) -> tuple[str, str]:
    return "", ""
