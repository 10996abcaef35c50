<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="The repair call">
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000" POSITION="right" TEXT="Opening">
</node>
<node CREATED="1742180400000" ID="ID_3" MODIFIED="1742180460000"  TEXT="Promise">
<node CREATED="1742180400000" ID="ID_4" MODIFIED="1742180460000"  TEXT="City: 45 minutes">
</node>
</node>
</node>
</map>
