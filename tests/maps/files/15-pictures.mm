<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Pictures">
<hook URI="meter.png" SIZE="1.0" NAME="ExternalObject"/>
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000"  TEXT="In text">
<richcontent TYPE="NOTE"><html>
  <head>
    
  </head>
  <body>
<p>See <img src="plan.png"/> here</p>
  </body>
</html>
</richcontent>
</node>
</node>
</map>