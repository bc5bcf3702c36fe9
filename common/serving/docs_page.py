"""The API to read and to try: Swagger UI, whose files come with the package fastapi-swagger."""

from importlib import resources

from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "openapi.json", dom_id: "#swagger", validatorUrl: null, deepLinking: true
});
"""
FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def add(app: FastAPI) -> None:
    """Add `/docs` and the files that it needs."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(PAGE, headers={"content-security-policy": POLICY})

    @app.get("/docs/start.js", include_in_schema=False)
    async def start() -> Response:
        return Response(START, media_type="text/javascript")

    @app.get("/docs/{name}", include_in_schema=False)
    async def part(name: str) -> Response:
        if name not in FILES:
            return Response(status_code=404)
        content = (resources.files("fastapi_swagger.resources") / name).read_bytes()
        return Response(content, media_type=FILES[name], headers={"cache-control": "max-age=86400"})
