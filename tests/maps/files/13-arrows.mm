<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Arrows">
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000"  TEXT="From">
<arrowlink DESTINATION="ID_3" STARTARROW="None" ENDARROW="Default"/>
</node>
<node CREATED="1742180400000" ID="ID_3" MODIFIED="1742180460000"  TEXT="To">
<linktarget SOURCE="ID_2"/></node>
</node>
</map>