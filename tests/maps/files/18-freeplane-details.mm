<map version="freeplane 1.11.5">
<!--To view this file, download free mind mapping software Freeplane from https://www.freeplane.org -->
<node TEXT="Plane" FOLDED="false" ID="ID_1" STYLE="oval">
<font SIZE="18"/>
<hook NAME="MapStyle" background="#fff">
<properties show_icon_for_attributes="true"/>
<map_styles><stylenode LOCALIZED_TEXT="styles.root_node"/></map_styles>
</hook>
<hook NAME="AutomaticEdgeColor" COUNTER="3"/>
<richcontent TYPE="DETAILS" CONTENT-TYPE="xml/"><html><body><p>The details</p></body></html></richcontent>
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000"  TEXT="Leaf">
<richcontent CONTENT-TYPE="xml/" TYPE="NOTE"><html><body><p>The note</p></body></html></richcontent></node>
</node></map>