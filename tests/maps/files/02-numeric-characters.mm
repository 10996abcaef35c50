<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="&#x62a5;&#x4fee;&#x6765;&#x7535;">
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000"  TEXT="&#xe4;&#246;&#252;">
</node>
</node>
</map>