<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Call">
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000" FOLDED="true" TEXT="Closing">
<node CREATED="1742180400000" ID="ID_3" MODIFIED="1742180460000"  TEXT="Say it back">
</node>
</node>
</node>
</map>