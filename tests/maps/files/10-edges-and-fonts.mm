<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000" COLOR="#338800" STYLE="bubble" TEXT="Looks">
<edge STYLE="sharp_bezier" COLOR="#808080" WIDTH="thin"/>
<font NAME="SansSerif" BOLD="true" SIZE="14"/>
</node>
</map>