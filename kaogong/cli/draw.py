"""``kaogong draw verify FILE``: a published random draw made again, with no database at all."""

import json
from pathlib import Path

import click

from kaogong.kernel.drawing import is_secret
from kaogong.kernel.drawing_check import verify as differences_of


@click.group(help="随机抽查（双随机、一公开）：核对公开的抽取。")
def draw() -> None:
    pass


@draw.command(
    help="按公开文件 FILE 重新抽取一次：与公布的一致返回 0；名册、种子或结果有一处不同就逐条列出并返回 1。"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--digest", default="", help="抽取前公布的名册摘要（64位），用来核对名册没有被换过")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取")
def verify(file: Path, digest: str, as_json: bool) -> None:
    digest = digest.strip().lower()
    if digest and not is_secret(digest):
        raise click.ClickException("--digest 应为64位十六进制数。")
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        package = None
    found = differences_of(package, published_digest=digest)
    if as_json:
        told = [{"code": one.code, "facts": one.facts, "message": one.message} for one in found]
        click.echo(json.dumps({"agrees": not found, "differences": told}, ensure_ascii=False, indent=1))
    elif found:
        for one in found:
            click.echo(f"✗ {one.message}")
        click.echo(f"不一致：{len(found)} 处。")
    else:
        rows = len(package["roster"])
        click.echo(
            f"一致：名册 {rows} 行、种子 {len(package['parties'])} 方、抽中 {len(package['result'])} 个。"
        )
        click.echo(f"名册摘要 {package['roster_digest']}")
        click.echo(f"结果摘要 {package['result_digest']}")
        if not digest:
            click.echo("请与抽取前公布的名册摘要核对，或用 --digest 交给程序核对。")
    if found:
        raise SystemExit(1)
