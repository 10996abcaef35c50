<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Links">
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000" LINK="https://power.example/help?a=1&amp;b=2" TEXT="Site">
</node>
<node CREATED="1742180400000" ID="ID_3" MODIFIED="1742180460000" LINK="mailto:desk@power.example" TEXT="Mail">
</node>
<node CREATED="1742180400000" ID="ID_4" MODIFIED="1742180460000" LINK="#ID_2" TEXT="Here">
</node>
<node CREATED="1742180400000" ID="ID_5" MODIFIED="1742180460000" LINK="other%20map.mm" TEXT="Beside">
</node>
</node>
</map>