<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<attribute_registry SHOW_ATTRIBUTES="all"/>
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Step">
<attribute_layout NAME_WIDTH="60"/>
<attribute NAME="owner" VALUE="desk"/>
<attribute NAME="due" VALUE="45"/>
</node>
</map>