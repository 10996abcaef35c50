<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Old">
<hook NAME="accessories/plugins/NodeNote.properties">
<text>First line
Second line</text>
</hook>
</node>
</map>