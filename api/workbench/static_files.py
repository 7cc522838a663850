"""Serves the files of the workbench; their addresses change with their content, so browsers keep them."""

from fastapi import APIRouter, Response

from api.errors import UnknownError
from api.workbench.assets import load_assets

router = APIRouter()


@router.get("/static/{digest}/{name}")
async def serve(digest: str, name: str) -> Response:
    asset = load_assets().find(digest, name)
    if asset is None:
        raise UnknownError
    return Response(
        asset.content, media_type=asset.media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )
