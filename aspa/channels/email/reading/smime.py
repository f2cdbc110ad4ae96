def signed_content(content: bytes) -> bytes | None:
    return None
